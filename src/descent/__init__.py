"""Descent: how neural networks learn, from one gradient step to backpropagation.

The package reads as a sentence: data → problem → which rows → gradient →
update rule → the loop → its trace → a figure.
"""

__version__ = "0.1.0"
