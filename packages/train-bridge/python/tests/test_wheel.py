"""What is installed from a wheel is all of the worker."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

from conftest import PACKAGE

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def test_a_wheel_holds_every_file_of_the_worker(tmp_path):
    source, wheels = tmp_path / "source", tmp_path / "wheels"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("tests", "__pycache__", "build", "*.egg-info"))
    built = subprocess.run([sys.executable, "-c", BUILD, str(wheels)], cwd=source, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    files = {path.relative_to(source).as_posix() for path in (source / "sq_train").rglob("*") if path.suffix in (".py", ".json", ".jinja")}
    assert files | {"scalequest_reward.py", "scalequest_reward-stubs/__init__.pyi"} <= packed and len(files) > 40
