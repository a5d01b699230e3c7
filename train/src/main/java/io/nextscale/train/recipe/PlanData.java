package io.nextscale.train.recipe;

import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageSplit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The images of a plan, decoded. */
public final class PlanData {
  private PlanData() {}

  /**
   * Decodes training and held-out images.
   *
   * @throws io.nextscale.train.data.ImageDataException if a folder is not there or cannot be used
   */
  public static ImageData open(RunPlan plan) {
    return decode(plan, list(plan));
  }

  /**
   * Lists training and held-out images.
   *
   * @throws io.nextscale.train.data.ImageDataException if a folder is not there or cannot be used
   */
  public static ImageSplit list(RunPlan plan) {
    return ImageSplit.of(plan.recipe().data().requireFolder(plan.folder()), plan.heldOut());
  }

  /**
   * Decodes the images that {@link #list} found.
   *
   * @throws io.nextscale.train.data.ImageDataException if they cannot be used
   */
  public static ImageData decode(RunPlan plan, ImageSplit split) {
    Recipe.Data data = plan.recipe().data();
    return split.decode(data.shape(), augmentation(data, split.training().classNames()));
  }

  /** The change of the training images of a recipe. */
  public static Augmentation augmentation(Recipe.Data data, List<String> classNames) {
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
