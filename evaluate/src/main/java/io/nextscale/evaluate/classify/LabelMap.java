package io.nextscale.evaluate.classify;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.model.ImageNetClasses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outputs of a network for the 1,000 classes of ImageNet, by the classes' WordNet ids.
 *
 * <p>The Inception network of 2015-12-05 has 1,008 outputs in an order of its own: class 0 of the
 * models, {@code n01440764}, is output 449. The order is in {@value #NAME}, which lies beside the
 * network in TensorFlow's archive {@code inception-2015-12-05.tgz}. Its numbers are those of
 * ImageNet's development kit (ILSVRC2012_ID); outputs 0 and 1001 to 1007 are of no class.
 */
public final class LabelMap {
  private static final String NAME = "imagenet_2012_challenge_label_map_proto.pbtxt";
  private static final long LARGEST = 1 << 20;
  private static final Pattern ENTRY =
      Pattern.compile(
          "entry\\s*\\{\\s*target_class:\\s*(\\d{1,6})\\s*target_class_string:\\s*\"(n\\d{8})\"\\s*}\\s*");

  private final int[] outputs;

  private LabelMap(int[] outputs) {
    this.outputs = outputs;
  }

  /**
   * Reads the map.
   *
   * @param file {@value #NAME}
   * @param outputCount number of the network's outputs
   * @throws EvaluationException if the file cannot be read, is no label map, lacks a class of
   *     ImageNet, or has two classes of one output
   */
  public static LabelMap read(Path file, int outputCount) {
    Map<String, Integer> byId = parse(file, outputCount);
    List<String> ids = ImageNetClasses.ids();
    int[] outputs = new int[ids.size()];
    for (int i = 0; i < outputs.length; i++) {
      Integer output = byId.get(ids.get(i));
      if (output == null) {
        throw new EvaluationException(
            file,
            null,
            "it has no entry for %s (%s), class %s of ImageNet"
                .formatted(ids.get(i), ImageNetClasses.names().get(i), i));
      }
      outputs[i] = output;
    }
    return new LabelMap(outputs);
  }

  private static Map<String, Integer> parse(Path file, int outputCount) {
    String text = text(file).replaceAll("(?m)^\\s*#.*$", "").strip();
    Map<String, Integer> byId = new HashMap<>();
    Set<Integer> taken = new HashSet<>();
    Matcher entry = ENTRY.matcher(text);
    int end = 0;
    while (entry.find() && entry.start() == end) {
      end = entry.end();
      int output = Integer.parseInt(entry.group(1));
      String id = entry.group(2);
      if (output >= outputCount) {
        throw new EvaluationException(
            file, id, "output %s: expected 0 to %s".formatted(output, outputCount - 1));
      }
      if (!taken.add(output) || byId.put(id, output) != null) {
        throw new EvaluationException(
            file, id, "the class or its output %s has two entries".formatted(output));
      }
    }
    if (end < text.length() || byId.isEmpty()) {
      throw new EvaluationException(
          file, null, "no label map: expected " + NAME + " of inception-2015-12-05.tgz");
    }
    return byId;
  }

  private static String text(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new EvaluationException(
            file, null, "%s bytes: a label map has at most %s".formatted(size, LARGEST));
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new EvaluationException(
          file, null, "cannot be read: %s; expected %s".formatted(e.getMessage(), NAME), e);
    }
  }

  /** Output of a class of ImageNet, 0 to 999. */
  public int output(int classId) {
    return outputs[classId];
  }

  /** A number that differs for maps of another order, for manifests. */
  public String fingerprint() {
    return "%08x".formatted(Arrays.hashCode(outputs));
  }
}
