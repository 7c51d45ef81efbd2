"""The whole loop on one machine: a small forge, a sample repository with open pull requests, and Fairlead."""
