"""Watched arrays: what is made from them is noticed, and everything goes on working."""

import numpy as np
import pytest

from labkit import Watch
from labkit.ask import LocalAsk
from labkit.codec import Codec
from labkit.proofs import defined

STRIPS = [np.arange(1.0, 81.0).reshape(2, 40), np.arange(80.0, 0.0, -1).reshape(40, 2)]
PRODUCTS = [
    "B @ A",
    "np.dot(B, A)",
    "B.dot(A)",
    "np.einsum('ij,jk', B, A)",
    "np.einsum('ij,jk->ki', B, A, optimize=True)",
    "np.tensordot(B, A, 1)",
    "np.inner(B, A.T)",
    "np.linalg.multi_dot([B, A])",
    "(B[:, :, None] * A).sum(axis=1)",
    "np.asfortranarray(B.astype('f')) @ A.copy()",
]
HONEST = [
    "A.T @ (B.T @ v)",
    "np.einsum('ij,i', A, np.einsum('ij,i', B, v))",
    "np.einsum('jk,ij,i', A, B, v)",
    "np.linalg.multi_dot([v, B, A])",
    "np.linalg.multi_dot([A.T, B.T, v])",
    "np.tensordot(np.tensordot(v, B, 1), A, 1)",
    "((v[None] @ B) @ A)[0]",
    "(A * (B * v[:, None]).sum(0)[:, None]).sum(0)",
    "torch.from_numpy(A).T @ (torch.tensor(B).T @ torch.tensor(v))",
    "[sum(g * a for g, a in zip([sum(v * B[:, j]) for j in (0, 1)], c)) for c in A.T]",
]


def told(expression):
    source = (
        f"import numpy as np, torch\ndef f(Js, v):\n    A, B = Js\n    return {expression}"
    )
    return LocalAsk("f", defined("f", source))(Watch(STRIPS), np.arange(40.0))


@pytest.mark.parametrize("expression", PRODUCTS)
def test_a_product_is_noticed(expression):
    reply = told(expression)
    kind, largest = reply.args[0]
    assert kind == "watch" and largest >= 1600
    product = STRIPS[1] @ STRIPS[0]
    assert np.allclose(reply.value, product) or np.allclose(reply.value, product.T)


@pytest.mark.parametrize("expression", HONEST)
def test_honest_ways_work_and_stay_small(expression):
    reply = told(expression)
    wanted = np.arange(40.0) @ STRIPS[1] @ STRIPS[0]
    assert np.allclose(np.array(reply.value), wanted)
    assert reply.args[0][1] < 1600


def test_the_list_may_be_used_up_and_the_original_stays():
    before = [strip.copy() for strip in STRIPS]
    reply = told("[Js.pop().fill(0), Js.clear()]")
    assert reply.value == [None, None] and reply.args[0][0] == "watch"
    assert all(map(np.array_equal, STRIPS, before))


def test_it_travels():
    codec = Codec((Watch,))
    (back,) = codec.decode(codec.encode(Watch([np.eye(2)]))).arrays
    assert np.array_equal(back, np.eye(2))
