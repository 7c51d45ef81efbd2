"""GitHub, on github.com and Enterprise Server, as a GitHub App."""
