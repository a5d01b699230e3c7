package io.nextscale.train.scaling;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.IdxFolder;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageShape;
import io.nextscale.train.data.ImageSplit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The images of a ladder, never augmented: every rung sees the same ones. */
public final class ScalingData {
  private ScalingData() {}

  /**
   * Decodes training and held-out images. Of IDX files these are the first ones of {@code train}
   * and of {@code t10k}, no more than the plan asks for; of class folders every 20th is held out.
   *
   * @param size side in pixels
   * @throws io.nextscale.train.data.ImageDataException if the folder is not there or cannot be used
   */
  public static ImageData open(ScalingPlan plan, int size) {
    Path folder = plan.recipe().data().requireFolder(plan.folder());
    if (holdsIdx(folder)) {
      return new ImageData(
          IdxFolder.read(folder, IdxFolder.Part.TRAIN, size, plan.images()),
          IdxFolder.read(folder, IdxFolder.Part.TEST, size, plan.heldOut()),
          Augmentation.NONE);
    }
    return ImageSplit.of(folder, Optional.empty())
        .decode(ImageShape.centred(size), Augmentation.NONE);
  }

  private static boolean holdsIdx(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-ubyte.gz")) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list %s: %s".formatted(folder, e), e);
    }
  }
}
