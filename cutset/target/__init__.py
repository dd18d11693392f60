"""Targets: declared shipments and parcels, ranked for inspection, with reasons."""
