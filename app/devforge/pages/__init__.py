"""Pages for people: repositories, pull requests, what the bot posted on them, and the webhooks that were sent."""
