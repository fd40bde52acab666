"""Gateways and models as data: what each accepts, and checks against it. Knows nothing of the wire."""

from nbimagegen.catalog import check
from nbimagegen.catalog.costs import cost_of
from nbimagegen.catalog.find import find_gateway, find_model, path_of, place_of, speaking
from nbimagegen.catalog.load import forget, gateways, models
from nbimagegen.catalog.offers import operations, others
from nbimagegen.catalog.prices import list_price_of, price_of
from nbimagegen.catalog.rows import Gateway, Model, Parameter, Price, TokenPrices
from nbimagegen.catalog.user_files import CatalogWarning

__all__ = [
    "CatalogWarning",
    "Gateway",
    "Model",
    "Parameter",
    "Price",
    "TokenPrices",
    "check",
    "cost_of",
    "find_gateway",
    "find_model",
    "forget",
    "gateways",
    "list_price_of",
    "models",
    "operations",
    "others",
    "path_of",
    "place_of",
    "price_of",
    "speaking",
]
