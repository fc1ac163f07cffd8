"""Members: who they are, their identities and their dated attributes."""
