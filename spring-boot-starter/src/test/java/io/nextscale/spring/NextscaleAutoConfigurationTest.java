package io.nextscale.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.UnknownClassException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageOptionsBuilder;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class NextscaleAutoConfigurationTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(NextscaleAutoConfiguration.class));

  @AfterEach
  void everythingIsClosed() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void offersTheDemoModelWithoutProperties() {
    application.run(
        context -> {
          ImageModel model = context.getBean(ImageModel.class);
          NextscaleImageOptions options = NextscaleImageOptions.ofSeed(7);
          ImageResponse one = model.call(new ImagePrompt("cat", options));
          ImageResponse again = model.call(new ImagePrompt("1", options));
          assertThat(again.getResult().getOutput()).isEqualTo(one.getResult().getOutput());
          assertThat(one.getResult().getMetadata())
              .isInstanceOfSatisfying(
                  NextscaleImageModel.Parameters.class,
                  parameters -> assertThat(parameters.values()).containsEntry("seed", "7"));
          var shared = ImageOptionsBuilder.builder().n(2).build();
          assertThat(model.call(new ImagePrompt("cat", shared)).getResults()).hasSize(2);
        });
  }

  @Test
  void errorsNameTheThing() {
    application.run(
        context -> {
          ImageModel model = context.getBean(ImageModel.class);
          assertThatThrownBy(() -> model.call(new ImagePrompt("unicorn of the sea")))
              .isInstanceOf(UnknownClassException.class);
          var half = ImageOptionsBuilder.builder().width(64).build();
          assertThatThrownBy(() -> model.call(new ImagePrompt("cat", half)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("expected both or none");
        });
  }

  @Test
  void propertiesChooseTheModel(@TempDir Path folder) {
    application
        .withPropertyValues("spring.ai.nextscale.image.dtype=bfloat16")
        .run(
            context ->
                assertThat(context.getBean(ImageGenerator.class).options().computeType())
                    .isEqualTo(DType.BFLOAT16));
    application
        .withPropertyValues("spring.ai.nextscale.image.model=" + folder)
        .run(
            context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("" + folder));
    application
        .withClassLoader(new FilteredClassLoader(DemoModel.class))
        .withPropertyValues("spring.ai.model.image=another")
        .run(context -> assertThat(context).doesNotHaveBean(ImageModel.class));
  }

  @Test
  void anApplicationsOwnGeneratorIsUsed() {
    application
        .withBean(
            ImageGenerator.class, () -> ImageGenerator.load(DemoModel.source("emoji-flexvar")))
        .run(
            context -> {
              assertThat(context).hasSingleBean(ImageGenerator.class);
              var wide = ImageOptionsBuilder.builder().height(64).width(96).build();
              assertThat(
                      context
                          .getBean(ImageModel.class)
                          .call(new ImagePrompt("1", wide))
                          .getResults())
                  .hasSize(1);
            });
  }

  @Test
  void healthNamesTheModel() {
    application.run(
        context -> {
          Health health = context.getBean(HealthIndicator.class).health();
          assertThat(health.getStatus()).isEqualTo(Status.UP);
          assertThat(health.getDetails()).containsEntry("model", "emoji-var");
        });
  }

  @Test
  void metadataListsEveryProperty() throws IOException {
    try (InputStream file =
        getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      for (RecordComponent property : NextscaleProperties.class.getRecordComponents()) {
        String name =
            property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
        assertThat(text).contains("\"" + NextscaleProperties.PREFIX + "." + name + "\"");
      }
    }
  }

  @Test
  void exampleWritesAnImage(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cat.png");
    Example.main(new String[] {"cat", file.toString()});
    assertThat(PngFile.readText(file)).containsEntry("class_name", "cat face");
  }
}
