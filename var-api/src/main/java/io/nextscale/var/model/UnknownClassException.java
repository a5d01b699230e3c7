package io.nextscale.var.model;

import java.util.List;

/** A model has no class of a given name or id, or several that the name may mean. */
public final class UnknownClassException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String label;
  private final transient List<String> suggestions;

  /**
   * Makes the exception.
   *
   * @param label as it was given
   * @param suggestions names that may be meant; copied
   * @param message names the label and what is allowed
   */
  UnknownClassException(String label, List<String> suggestions, String message) {
    super(message);
    this.label = label;
    this.suggestions = List.copyOf(suggestions);
  }

  /** The name or id as it was given. */
  public String label() {
    return label;
  }

  /** Names of classes that may be meant, the likeliest first; empty if there is none. */
  public List<String> suggestions() {
    return suggestions == null ? List.of() : suggestions;
  }
}
