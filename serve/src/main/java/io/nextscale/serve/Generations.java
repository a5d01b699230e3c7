package io.nextscale.serve;

import io.nextscale.var.Cancellation;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ScaleEvent;
import io.nextscale.var.edit.ImageEdit;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Generates the images of a request, and answers at the end or scale by scale. */
final class Generations {
  private final ImageGenerator generator;
  private final Metrics metrics;

  Generations(ImageGenerator generator, Metrics metrics) {
    this.generator = generator;
    this.metrics = metrics;
  }

  /**
   * Answers a request.
   *
   * @param kind {@code image_generation} or {@code image_edit}, which begins the names of events
   */
  void answer(Answer answer, Fields fields, Optional<ImageEdit> edit, String kind)
      throws IOException {
    ImageFormat format = ImageFormat.of(fields);
    boolean url = fields.choice("response_format", "url", "b64_json").orElse("").equals("url");
    ImageRequest asked = new ImageRequest(fields, generator);
    GenerationRequest.Builder request = asked.builder();
    if (fields.flag("stream")) {
      stream(answer, asked, request, edit, Events.of(fields, format, kind));
    } else {
      whole(answer, asked.build(request, edit), format, url);
    }
  }

  /**
   * Settings of a stream.
   *
   * @param previews number of images before the last
   * @param all whether there is a preview after each scale instead
   */
  private record Events(long previews, boolean all, ImageFormat format, String kind) {
    static Events of(Fields fields, ImageFormat format, String kind) {
      long previews = fields.integer("partial_images", 0, 3).orElse(0);
      return new Events(previews, fields.flag("all_scales"), format, kind);
    }

    /** Whether a preview is sent after scale k of n: evenly spread, none after the last. */
    boolean shows(int k, int n) {
      if (all) {
        return true;
      }
      for (long i = 1; i <= previews; i++) {
        if (k == i * n / (previews + 1) - 1) {
          return true;
        }
      }
      return false;
    }

    /** Number of previews before scale k of n. */
    int before(int k, int n) {
      return (int) IntStream.range(0, k).filter(j -> shows(j, n)).count();
    }
  }

  private void whole(Answer answer, GenerationRequest request, ImageFormat format, boolean url)
      throws IOException {
    long start = System.nanoTime();
    try (Work<GenerationResult> work = new Work<>(generator.generateAsync(request), metrics)) {
      work.answer(
          answer,
          result -> {
            metrics.generated(result.images().size(), System.nanoTime() - start);
            return body(result, format, url);
          });
    }
  }

  private void stream(
      Answer answer,
      ImageRequest asked,
      GenerationRequest.Builder request,
      Optional<ImageEdit> edit,
      Events events)
      throws IOException {
    long start = System.nanoTime();
    Cancellation gone = new Cancellation();
    try (EventStream stream = new EventStream(answer)) {
      Partials partials = new Partials(events, stream, gone);
      GenerationRequest built =
          asked.build(request.cancellation(gone).onScale(partials::send), edit);
      if (built.classes().size() != 1) {
        throw ApiException.invalid(
            "n", "stream: expected one image, not " + built.classes().size());
      }
      try (Work<GenerationResult> work = new Work<>(generator.generateAsync(built), metrics)) {
        GenerationResult result = work.await(stream::ping);
        metrics.generated(1, System.nanoTime() - start);
        stream.send(events.kind + ".completed", completed(result, events.format));
      } catch (RuntimeException e) {
        stream.fail(ApiException.failed(e, "streaming"));
      }
    }
  }

  private static Map<String, Object> completed(GenerationResult result, ImageFormat format) {
    GeneratedImage image = result.images().getFirst();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("b64_json", format.encode(image));
    data.put("created_at", Instant.now().getEpochSecond());
    data.putAll(format.fields(image.toBufferedImage()));
    data.put("usage", usage(result));
    data.put(Fields.OWN, own(result, 0));
    return data;
  }

  /** Sends previews of the scales; on a thread that may wait for the client. */
  private record Partials(Events events, EventStream stream, Cancellation gone) {
    void send(ScaleEvent event) {
      if (!events.shows(event.index(), event.count())) {
        return;
      }
      try {
        var preview = event.preview().getFirst();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("b64_json", events.format.encode(preview));
        data.put("partial_image_index", events.before(event.index(), event.count()));
        data.put("created_at", Instant.now().getEpochSecond());
        data.putAll(events.format.fields(preview));
        data.put(
            Fields.OWN,
            Map.of(
                "scale", event.index(),
                "scales", event.count(),
                "height", event.scale().height(),
                "width", event.scale().width()));
        stream.send(events.kind + ".partial_image", data);
      } catch (IOException e) {
        gone.cancel();
      }
    }
  }

  private static Map<String, Object> body(
      GenerationResult result, ImageFormat format, boolean url) {
    List<Map<String, Object>> data = new ArrayList<>();
    for (GeneratedImage image : result.images()) {
      Map<String, Object> item = new LinkedHashMap<>();
      String base64 = format.encode(image);
      if (url) {
        item.put("url", "data:image/%s;base64,%s".formatted(format.name(), base64));
      } else {
        item.put("b64_json", base64);
      }
      item.put("revised_prompt", image.parameters().getOrDefault("class_name", ""));
      item.put(Fields.OWN, own(result, data.size()));
      data.add(item);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("created", Instant.now().getEpochSecond());
    body.put("data", data);
    body.putAll(format.fields(result.images().getFirst().toBufferedImage()));
    body.put("usage", usage(result));
    return body;
  }

  /** Parameters and token maps of an image. */
  private static Map<String, Object> own(GenerationResult result, int index) {
    GeneratedImage image = result.images().get(index);
    List<Long> tokens = Arrays.stream(result.tokens().tokens()[index]).boxed().toList();
    return Map.of(
        "seed", image.seed(),
        "parameters", image.parameters(),
        "scales", result.tokens().scales().toString(),
        "tokens", tokens);
  }

  private static Map<String, Object> usage(GenerationResult result) {
    long tokens = (long) result.tokens().batch() * result.tokens().scales().tokens();
    return Map.of(
        "total_tokens",
        tokens,
        "input_tokens",
        0,
        "output_tokens",
        tokens,
        "input_tokens_details",
        Map.of("text_tokens", 0, "image_tokens", 0));
  }
}
