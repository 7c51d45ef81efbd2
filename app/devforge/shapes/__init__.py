"""Records as the JSON that GitHub's API and webhooks show: https://docs.github.com/rest"""
