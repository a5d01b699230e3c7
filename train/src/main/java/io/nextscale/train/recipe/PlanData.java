package io.nextscale.train.recipe;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageFolder;
import io.nextscale.train.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The images of a plan, decoded. */
public final class PlanData {
  private static final int HELD_OUT = 20;

  private PlanData() {}

  /**
   * Decodes training and held-out images.
   *
   * @throws ImageDataException if a folder is not there or cannot be used
   */
  public static ImageData open(RunPlan plan) {
    Recipe.Data data = plan.recipe().data();
    Path folder = Path.of(plan.folder());
    if (!Files.isDirectory(folder) && !data.fetch().isEmpty()) {
      throw new ImageDataException(
          "the images of "
              + plan.folder()
              + " are not there: fetch them with "
              + data.fetch()
              + ", or name a folder of your own");
    }
    ImageSet all = ImageFolder.scan(folder);
    ImageSet training = plan.heldOut().isEmpty() ? all.without(HELD_OUT) : all;
    ImageSet heldOut =
        plan.heldOut().isEmpty() ? all.every(HELD_OUT) : ImageFolder.scan(Path.of(plan.heldOut()));
    return new ImageData(
        ImageCache.decode(training, data.shape()),
        ImageCache.decode(heldOut, data.shape().evaluation()),
        augmentation(data, all.classNames()));
  }

  private static Augmentation augmentation(Recipe.Data data, List<String> classNames) {
    Set<Integer> unflipped = new HashSet<>();
    for (String name : data.unflipped()) {
      int label = classNames.indexOf(name);
      if (label >= 0) { // a recipe may be used with other images
        unflipped.add(label);
      }
    }
    return new Augmentation(
        data.flip(), unflipped, data.scale(), data.shift(), data.hue(), data.contrast());
  }
}
