"""In-memory stand-ins for the ports, one for each, used by everyone's tests."""
