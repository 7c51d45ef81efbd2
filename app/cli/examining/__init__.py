"""What `fairlead doctor` looks at, one module a subject."""
