"""The use cases, one file each, against the ports; `LoyaltyEngine` is their face."""
