"""The steps of schemas/generate.py, one module each."""
