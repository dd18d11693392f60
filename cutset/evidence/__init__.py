"""Evidence: exhibits, their seals and weights, the chain of custody, laboratory results, and files beside the store."""
