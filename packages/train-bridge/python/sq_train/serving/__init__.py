"""A small OpenAI-compatible server over transformers: see `python -m sq_train.serve --help`."""
