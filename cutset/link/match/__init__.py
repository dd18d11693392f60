"""How alike two mentions are: Fellegi-Sunter match weights, with the reasons."""
