package io.nextscale.spring;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.Device;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.model.ModelSource;
import java.nio.file.Path;
import org.springframework.ai.image.ImageModel;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Loads a model when the application starts, offers it as an {@link ImageModel} and closes it when
 * the application ends. An application's own beans of these types take their place. {@code
 * spring.ai.model.image} with another name than {@code nextscale} switches it off.
 */
@AutoConfiguration
@ConditionalOnClass(ImageModel.class)
@ConditionalOnProperty(
    name = "spring.ai.model.image",
    havingValue = "nextscale",
    matchIfMissing = true)
@EnableConfigurationProperties(NextscaleProperties.class)
public class NextscaleAutoConfiguration {
  /** The image model, over the application's generator or that of the properties. */
  @Bean
  @ConditionalOnMissingBean(ImageModel.class)
  NextscaleImageModel nextscaleImageModel(ImageGenerator generator) {
    return new NextscaleImageModel(generator);
  }

  /** The generator of the properties. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(ImageGenerator.class)
  static class Generator {
    @Bean(destroyMethod = "") // nextscaleShutdown closes it, with a time limit
    ImageGenerator nextscaleImageGenerator(NextscaleProperties properties) {
      LoadOptions options = new LoadOptions(Device.CPU, properties.dtype());
      return ImageGenerator.load(source(properties), options.withMaxCalls(properties.maxCalls()));
    }

    /** Closes the generator after the web server has let its requests finish. */
    @Bean
    DisposableBean nextscaleShutdown(ImageGenerator generator, NextscaleProperties properties) {
      return () -> generator.close(properties.closeTimeout());
    }

    private static ModelSource source(NextscaleProperties properties) {
      Path folder = properties.model();
      if (folder != null) {
        return ModelSource.folder(folder);
      }
      try {
        return DemoModel.source();
      } catch (NoClassDefFoundError e) {
        throw new IllegalStateException(
            "%s.model is not set: expected a model's folder, or nextscale-models on the class path"
                .formatted(NextscaleProperties.PREFIX),
            e);
      }
    }
  }

  /** Health of the model, for applications with Spring Boot's actuator. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  static class ModelHealth {
    @Bean
    @ConditionalOnMissingBean(name = "nextscaleHealthIndicator")
    HealthIndicator nextscaleHealthIndicator(ImageGenerator generator) {
      return () ->
          Health.up()
              .withDetail("model", generator.spec().name())
              .withDetail("size", generator.spec().imageSize().toString())
              .withDetail("dtype", generator.options().computeType().toString())
              .withDetail("device", generator.options().device().toString())
              .build();
    }
  }
}
