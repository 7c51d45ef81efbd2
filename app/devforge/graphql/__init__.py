"""The part of GitHub's GraphQL API that review threads take."""
