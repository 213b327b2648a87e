"""The one environment in which notebooks are run, to store outputs and to check them."""

import os
from typing import Any

from tools.places import ROOT

SETTINGS = ROOT / "tools" / "ipython"
ONE_THREAD = {
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
}
DRAWING = {
    "IPYTHONDIR": str(SETTINGS),
    "MATPLOTLIBRC": str(SETTINGS / "matplotlibrc"),
    "TQDM_DISABLE": "1",
}


def use(*, force_one_thread: bool = False) -> None:
    """Put the environment in place for kernels started from this process.

    The thread count is only a default unless forced: the determinism run sets another.
    """
    os.environ.update(DRAWING)
    for name, value in ONE_THREAD.items():
        if force_one_thread:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)


def manager() -> Any:
    """A kernel manager whose python3 is this very interpreter, not one of the home's."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> Any:
            return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())

    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisInterpreter())
