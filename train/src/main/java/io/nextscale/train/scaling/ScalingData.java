package io.nextscale.train.scaling;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.IdxFolder;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageFolder;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.ImageShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The images of a plan, never augmented: every size sees the same ones. */
public final class ScalingData {
  private static final int HELD_OUT = 20;

  private ScalingData() {}

  /**
   * Decodes training and held-out images. Of IDX files these are the first ones of {@code train}
   * and of {@code t10k}, no more than the plan asks for; of class folders every {@value
   * #HELD_OUT}th is held out.
   *
   * @param size side in pixels
   * @throws ImageDataException if the folder is not there or cannot be used
   */
  public static ImageData open(ScalingPlan plan, int size) {
    Path folder = Path.of(plan.folder());
    String fetch = plan.recipe().data().fetch();
    if (!Files.isDirectory(folder) && !fetch.isEmpty()) {
      throw new ImageDataException(
          "the images of "
              + folder
              + " are not there: fetch them with "
              + fetch
              + ", or name a folder of your own");
    }
    if (holdsIdx(folder)) {
      return new ImageData(
          IdxFolder.read(folder, IdxFolder.Part.TRAIN, size, plan.images()),
          IdxFolder.read(folder, IdxFolder.Part.TEST, size, plan.heldOut()),
          Augmentation.NONE);
    }
    ImageSet all = ImageFolder.scan(folder);
    if (all.images().size() < HELD_OUT) {
      throw new ImageDataException(
          "%s has %d images: at least %d are needed, as every %dth is held out"
              .formatted(folder, all.images().size(), HELD_OUT, HELD_OUT));
    }
    ImageShape shape = ImageShape.centred(size);
    return new ImageData(
        ImageCache.decode(all.without(HELD_OUT), shape),
        ImageCache.decode(all.every(HELD_OUT), shape),
        Augmentation.NONE);
  }

  private static boolean holdsIdx(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-ubyte.gz")) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e, e);
    }
  }
}
