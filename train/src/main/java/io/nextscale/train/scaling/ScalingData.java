package io.nextscale.train.scaling;

import io.nextscale.train.PictureData;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.IdxFolder;
import io.nextscale.train.data.PictureCache;
import io.nextscale.train.data.PictureDataException;
import io.nextscale.train.data.PictureFolder;
import io.nextscale.train.data.PictureSet;
import io.nextscale.train.data.PictureShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pictures of a plan, never augmented: every size sees the same ones. */
public final class ScalingData {
  private static final int HELD_OUT = 20;

  private ScalingData() {}

  /**
   * Decodes training and held-out pictures. Of IDX files these are the first ones of {@code train}
   * and of {@code t10k}, no more than the plan asks for; of class folders every {@value
   * #HELD_OUT}th is held out.
   *
   * @param size side in pixels
   * @throws PictureDataException if the folder is not there or cannot be used
   */
  public static PictureData open(ScalingPlan plan, int size) {
    Path folder = Path.of(plan.folder());
    String fetch = plan.recipe().data().fetch();
    if (!Files.isDirectory(folder) && !fetch.isEmpty()) {
      throw new PictureDataException(
          "the pictures of "
              + folder
              + " are not there: fetch them with "
              + fetch
              + ", or name a folder of your own");
    }
    if (holdsIdx(folder)) {
      return new PictureData(
          IdxFolder.read(folder, IdxFolder.Part.TRAIN, size, plan.pictures()),
          IdxFolder.read(folder, IdxFolder.Part.TEST, size, plan.heldOut()),
          Augmentation.NONE);
    }
    PictureSet all = PictureFolder.scan(folder);
    if (all.pictures().size() < HELD_OUT) {
      throw new PictureDataException(
          "%s has %d pictures: at least %d are needed, as every %dth is held out"
              .formatted(folder, all.pictures().size(), HELD_OUT, HELD_OUT));
    }
    PictureShape shape = PictureShape.centred(size);
    return new PictureData(
        PictureCache.decode(all.without(HELD_OUT), shape),
        PictureCache.decode(all.every(HELD_OUT), shape),
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
