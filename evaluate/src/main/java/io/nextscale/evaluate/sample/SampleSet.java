package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.npz.NpyType;
import io.nextscale.evaluate.npz.NpzWriter;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.image.ImageFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A folder of numbered images. Image i has class i modulo the number of classes, so that each part
 * of the set holds all classes.
 *
 * <p>Images of a class are chosen in groups: with {@code keep} 25/50, the first 25 images of a
 * class are the best of its first 50 candidates, the next 25 the best of its next 50. Candidate j
 * has class j modulo the number of classes too, and the seed of the set plus j: all candidates are
 * the images of a set without a choice. A last group that needs fewer images keeps fewer.
 *
 * <p>Groups are made in blocks of consecutive numbers. A block depends on nothing but its number,
 * so that the set does not depend on who makes which block, or when.
 *
 * @param folder the folder; images lie in folders of 1,000 in it
 * @param count number of images, at least 1
 * @param classes number of classes, at least 1
 * @param seed seed of candidate 0
 * @param batch images that are generated together, at least 1
 * @param keep how many images of how many candidates are kept
 */
public record SampleSet(Path folder, int count, int classes, long seed, int batch, KeepBest keep) {
  private static final int IN_FOLDER = 1000;

  /** Checks the numbers. */
  public SampleSet {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(keep, "keep");
    if (count < 1 || classes < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "count %s, classes %s, batch %s: expected at least 1".formatted(count, classes, batch));
    }
  }

  /** Keys of an image's metadata that say how it was made, not in which run. */
  private static final Set<String> KEPT = Set.of("Software", "model", "class", "seed");

  /** Keeps the parameters of an image that do not depend on the images generated beside it. */
  public static SequencedMap<String, String> metadata(Map<String, String> parameters) {
    SequencedMap<String, String> text = new LinkedHashMap<>(parameters);
    text.keySet().retainAll(KEPT);
    return text;
  }

  /** The parameters of the set for its manifest. */
  public SequencedMap<String, Object> parameters() {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("count", (long) count);
    parameters.put("classes", (long) classes);
    parameters.put("seed", seed);
    parameters.put("batch", (long) batch);
    if (keep.chooses()) {
      parameters.put("keep_best", keep.toString());
    }
    return parameters;
  }

  /** Groups that are made together: as many as a batch holds, at least one. */
  public record Block(List<SampleGroup> groups) {
    /** Copies the list. */
    public Block {
      Objects.requireNonNull(groups, "groups");
      groups = List.copyOf(groups);
    }

    /** Number of images. */
    public int size() {
      return groups.stream().mapToInt(group -> group.images().size()).sum();
    }
  }

  /** File of an image. */
  public Path file(int index) {
    return folder.resolve(name(index));
  }

  /** Name of an image in the folder of its set, such as {@code 012/012345.png}. */
  public static String name(int index) {
    return String.format(Locale.ROOT, "%03d/%06d.png", index / IN_FOLDER, index);
  }

  /**
   * Lists the blocks of a part that lack an image: every {@code parts}-th one.
   *
   * @param part 0 to {@code parts - 1}
   */
  public List<Block> missing(int part, int parts) {
    return blocks(part, parts).filter(block -> !isComplete(block)).toList();
  }

  /** Number of images of a part. */
  public int size(int part, int parts) {
    return blocks(part, parts).mapToInt(Block::size).sum();
  }

  private Stream<Block> blocks(int part, int parts) {
    int all = groups();
    int each = Math.max(1, batch / keep.candidates());
    return LongStream.iterate(part, number -> number * each < all, number -> number + parts)
        .mapToObj(number -> block(number * each, Math.min((number + 1) * each, all)));
  }

  private Block block(long first, long end) {
    return new Block(LongStream.range(first, end).mapToObj(this::group).toList());
  }

  /** Number of groups: a round has one of each class, the last round perhaps not of all. */
  private int groups() {
    long round = (long) classes * keep.kept();
    int rounds = (int) ((count - 1) / round);
    return rounds * classes + (int) Math.min(classes, count - rounds * round);
  }

  private SampleGroup group(long number) {
    int classId = (int) (number % classes);
    long round = number / classes;
    List<Integer> images = new ArrayList<>();
    for (int n = 0; n < keep.kept(); n++) {
      long image = (round * keep.kept() + n) * classes + classId;
      if (image < count) {
        images.add((int) image);
      }
    }
    List<Long> candidates =
        LongStream.range(round * keep.candidates(), (round + 1) * keep.candidates())
            .mapToObj(n -> n * classes + classId)
            .toList();
    return new SampleGroup(classId, images, candidates);
  }

  private boolean isComplete(Block block) {
    return block.groups().stream()
        .flatMap(group -> group.images().stream())
        .allMatch(image -> Files.isRegularFile(file(image)));
  }

  /**
   * Writes all images into one npz file, {@code arr_0} (N, H, W, 3), which the official evaluators
   * read; whole or not at all.
   *
   * @param progress is told the number of images that are written
   * @throws EvaluationException if an image is missing or has another size, or the file cannot be
   *     written
   */
  public void pack(Path target, IntConsumer progress) {
    pack(target, count, this::read, progress);
  }

  /**
   * Writes images into one npz file, as {@link #pack(Path, IntConsumer)} does.
   *
   * @param count number of images, at least 1
   * @param images gives image 0, 1, 2 …, each once
   * @throws EvaluationException if an image has another size than the first, or the file cannot be
   *     written
   */
  public static void pack(
      Path target, int count, IntFunction<RgbSamples> images, IntConsumer progress) {
    RgbSamples first = images.apply(0);
    try {
      AtomicFile.write(target, channel -> pack(channel, first, count, images, progress));
    } catch (IOException e) {
      throw new EvaluationException(target, null, "cannot be written: " + e.getMessage(), e);
    }
  }

  private static void pack(
      FileChannel channel,
      RgbSamples first,
      int count,
      IntFunction<RgbSamples> images,
      IntConsumer progress)
      throws IOException {
    try (NpzWriter writer = new NpzWriter(channel)) {
      writer.begin("arr_0", NpyType.U1, count, first.height(), first.width(), 3);
      for (int i = 0; i < count; i++) {
        RgbSamples image = i == 0 ? first : images.apply(i);
        if (image.height() != first.height() || image.width() != first.width()) {
          throw new EvaluationException(
              "image %s has %s x %s pixels, the first image %s x %s: one array needs equal sizes"
                  .formatted(i, image.height(), image.width(), first.height(), first.width()));
        }
        writer.write(image.samples());
        progress.accept(i + 1);
      }
    }
  }

  private RgbSamples read(int index) {
    Path file = file(index);
    if (!Files.isRegularFile(file)) {
      throw new EvaluationException(
          file, null, "this image is missing: make all parts before the set is packed");
    }
    return RgbSamples.of(ImageFile.read(file));
  }
}
