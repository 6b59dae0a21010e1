"""Adds to the build what pyproject.toml cannot say: the types of the reward client.

Type checkers read `py.typed` in packages only, and the reward client is one file that can be copied. So a build puts the
same file beside it as the stub package that they look for.
"""

from pathlib import Path
from shutil import copyfile

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTypes(build_py):
    def run(self) -> None:
        super().run()
        stubs = Path(self.build_lib) / "scalequest_reward-stubs"
        stubs.mkdir(parents=True, exist_ok=True)
        copyfile("scalequest_reward.py", stubs / "__init__.pyi")


setup(cmdclass={"build_py": BuildWithTypes})
