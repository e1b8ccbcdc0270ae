"""What people write when they answer, language by language: rules and date words, as data. `domain.replies` applies them."""
