"""The storefront's recommendations: films that are like one, from what the catalogue's data set says about them."""

__version__ = "0.1.0"
