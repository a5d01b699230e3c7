package io.nextscale.var.edit;

import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;

/**
 * Start of a generation from something given, set by {@code GenerationRequest.Builder.edit}: images
 * ({@link ImageEdit}) or token maps ({@link TokenEdit}). All edits are one mechanism: the
 * generation is forced to the given tokens wherever they are kept.
 */
public sealed interface Edit permits ImageEdit, TokenEdit {
  /** Number of given images: one for each class of the request, or one for all. */
  int count();

  /**
   * Chooses the scales of the generation. Called by the engine.
   *
   * @param spec the model
   * @param selection scales, size or steps of the request
   * @throws IllegalArgumentException if the model does not take such scales
   */
  Scales scales(ModelSpec spec, ScaleSelection selection);

  /**
   * Decides which tokens are kept. Called by the engine.
   *
   * @param spec the model
   * @param scales of the generation
   * @throws IllegalArgumentException if what is given does not fit them
   */
  KeptTokens kept(ModelSpec spec, Scales scales);
}
