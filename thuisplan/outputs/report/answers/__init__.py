"""What a report says of an answer that is no plan: a comparison, an assessment, a diagnosis."""
