package io.nextscale.train;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.PictureCache;
import io.nextscale.train.data.PictureDataException;
import io.nextscale.train.data.PictureFolder;
import io.nextscale.train.data.PictureSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pictures of a plan, decoded. */
public final class PlanData {
  private static final int HELD_OUT = 20;

  private PlanData() {}

  /**
   * Decodes training and held-out pictures.
   *
   * @throws PictureDataException if a folder is not there or cannot be used
   */
  public static PictureData open(RunPlan plan) {
    Recipe.Data data = plan.recipe().data();
    Path folder = Path.of(plan.folder());
    if (!Files.isDirectory(folder) && !data.fetch().isEmpty()) {
      throw new PictureDataException(
          "the pictures of "
              + plan.folder()
              + " are not there: fetch them with "
              + data.fetch()
              + ", or name a folder of your own");
    }
    PictureSet all = PictureFolder.scan(folder);
    PictureSet training = plan.heldOut().isEmpty() ? all.without(HELD_OUT) : all;
    PictureSet heldOut =
        plan.heldOut().isEmpty()
            ? all.every(HELD_OUT)
            : PictureFolder.scan(Path.of(plan.heldOut()));
    return new PictureData(
        PictureCache.decode(training, data.shape()),
        PictureCache.decode(heldOut, data.shape().evaluation()),
        augmentation(data, all.classNames()));
  }

  private static Augmentation augmentation(Recipe.Data data, List<String> classNames) {
    Set<Integer> unflipped = new HashSet<>();
    for (String name : data.unflipped()) {
      int label = classNames.indexOf(name);
      if (label >= 0) { // a recipe may be used with other pictures
        unflipped.add(label);
      }
    }
    return new Augmentation(
        data.flip(), unflipped, data.scale(), data.shift(), data.hue(), data.contrast());
  }
}
