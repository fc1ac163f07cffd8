"""Tiers: the ladder that members climb by tier credits."""
