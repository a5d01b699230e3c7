package io.nextscale.spring;

import io.nextscale.torch.DType;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the image model.
 *
 * @param model folder of the model (docs/FILES.md); without it the demo model, if {@code
 *     nextscale-models} is on the class path
 * @param dtype element type of the computation: {@code float32} or {@code bfloat16}
 * @param maxCalls calls at once, at work or waiting, before more are refused
 * @param closeTimeout how long a closing application waits for generations that have begun
 */
@ConfigurationProperties(NextscaleProperties.PREFIX)
public record NextscaleProperties(
    @Nullable Path model,
    @DefaultValue("float32") DType dtype,
    @DefaultValue("256") int maxCalls,
    @DefaultValue("10s") Duration closeTimeout) {
  /** Prefix of all properties. */
  public static final String PREFIX = "spring.ai.nextscale.image";
}
