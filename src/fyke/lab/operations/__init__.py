"""Who stands behind networks: hypotheses with alternatives, roles kept apart, and a person's word above all."""
