"""What pyproject.toml cannot say: all packages of the folder `pipeline/`, under the name that they are imported by."""

from __future__ import annotations

import shutil

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py


class FreshBuild(build_py):
    """A build that begins with an empty folder: a module that was deleted does not live on in the next wheel."""

    def run(self) -> None:
        """Build."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


setup(
    packages=["vnplan", *(f"vnplan.{name}" for name in find_packages("pipeline")), "vnplan.models"],
    cmdclass={"build_py": FreshBuild},
)
