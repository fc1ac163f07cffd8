"""Awards: earn phrases, stacks, caps and rounding, from the rule file to the decision."""
