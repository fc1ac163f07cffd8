"""What points can be spent on: paying with points, and fixed rewards."""
