"""How fast Fairlead is, and on real histories how right: run as `python -m bench`, and `python bench/corpora.py`."""
