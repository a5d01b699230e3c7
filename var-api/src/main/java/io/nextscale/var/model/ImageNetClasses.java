package io.nextscale.var.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of the 1000 classes of ImageNet (ILSVRC 2012), on which the published models were trained:
 * the words of WordNet 3.0 for the classes' WordNet ids. The resource {@code imagenet-1k.tsv} says
 * where they come from.
 */
public final class ImageNetClasses {
  /** Value of "class_names" in a configuration that stands for them. */
  static final String KEY = "imagenet-1k";

  /** Names of class 0, 1, ..., each unique, and all words for each class. */
  private record Table(List<String> names, List<List<String>> words) {
    static final Table LOADED = load();

    private static Table load() {
      try (InputStream in = ImageNetClasses.class.getResourceAsStream(KEY + ".tsv")) {
        if (in == null) {
          throw new ModelException("this jar lacks the class names of ImageNet: it is damaged");
        }
        List<String> names = new ArrayList<>();
        List<List<String>> words = new ArrayList<>();
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
          List<String> all = List.of(line.split("\t"));
          names.add(all.get(1));
          words.add(all);
        }
        return new Table(List.copyOf(names), List.copyOf(words));
      } catch (IOException e) {
        throw new ModelException("the class names of ImageNet cannot be read: " + e, e);
      }
    }
  }

  private ImageNetClasses() {}

  /** Names of the classes, from class 0 on, each unique; a model of ImageNet has the same. */
  public static List<String> names() {
    return Table.LOADED.names();
  }

  /** Ids of the classes in WordNet, from class 0 on, such as {@code n01440764}. */
  public static List<String> ids() {
    return words().stream().map(List::getFirst).toList();
  }

  /** All words for each class: WordNet id, name, other names. */
  static List<List<String>> words() {
    return Table.LOADED.words();
  }
}
