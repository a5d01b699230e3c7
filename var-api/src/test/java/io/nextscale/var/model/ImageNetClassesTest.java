package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ImageNetClassesTest {
  private static final ClassNames FEW =
      new ClassNames(List.of("bird", "blue button", "red button", "crane", "crane"), 5);

  private static UnknownClassException unknown(ClassNames names, String label) {
    return catchThrowableOfType(UnknownClassException.class, () -> names.id(label));
  }

  @Test
  void idsNamesAndPartsOfOneNameAreFound() {
    assertThat(FEW.id("bird")).isZero();
    assertThat(FEW.id(" Blue Button ")).isEqualTo(1);
    assertThat(FEW.id("red")).isEqualTo(2);
    assertThat(FEW.id("4")).isEqualTo(4);
    assertThat(FEW.id("5")).as("no class").isEqualTo(5);
  }

  @Test
  void anUnknownClassIsAnExceptionOfItsOwn() {
    UnknownClassException typo = unknown(FEW, "brid");
    assertThat(typo).isInstanceOf(IllegalArgumentException.class);
    assertThat(typo.label()).isEqualTo("brid");
    assertThat(unknown(FEW, "burd").suggestions()).containsExactly("bird");
    assertThat(unknown(FEW, "burd"))
        .hasMessage(
            "class \"burd\": not one of bird, blue button, red button, crane, crane;"
                + " did you mean bird?");
    assertThat(unknown(FEW, "button"))
        .hasMessageContaining("2 classes; give the number of one: 1 (blue button), 2 (red button)");
    assertThat(unknown(FEW, "crane").getMessage()).contains("3 (crane), 4 (crane)");
    assertThat(unknown(FEW, "6")).hasMessage("class 6: expected 0 to 4, or 5 for no class");
    assertThat(unknown(FEW, "")).hasMessageStartingWith("class \"\": not one of");
    assertThat(unknown(new ClassNames(List.of(), 10), "bird"))
        .hasMessage("class \"bird\": the classes of this model have no names; expected 0 to 9");
  }

  @Test
  void theOfficialModelsHaveTheNamesOfImageNet() {
    ModelSpec spec = OfficialModels.preset("var-d16");
    assertThat(spec.classNames()).hasSize(1000);
    assertThat(spec.classId("golden retriever")).isEqualTo(207);
    assertThat(spec.classId("macaw")).isEqualTo(88);
    assertThat(spec.classId("n02099601")).isEqualTo(207);
    assertThat(spec.classId("Tinca tinca")).isZero();
    assertThat(spec.classId("toilet tissue")).isEqualTo(999);
    assertThat(spec.className(1000)).isEqualTo("no class");
    assertThat(OfficialModels.names())
        .allSatisfy(
            name -> assertThat(OfficialModels.preset(name).className(207)).contains("retriever"));
  }

  /** Each name stands for its class, fits into a list with commas and is ASCII. */
  @Test
  void theNamesOfImageNetAreUnique() {
    List<String> names = ImageNetClasses.names();
    ClassNames classes = new ClassNames(names, 1000);
    HashSet<String> seen = new HashSet<>();
    for (int id = 0; id < 1000; id++) {
      String name = names.get(id);
      assertThat(seen.add(name.toLowerCase(Locale.ROOT))).as(name).isTrue();
      assertThat(name).doesNotContain(",").isEqualTo(name.strip()).isNotEmpty().isASCII();
      assertThat(classes.id(name)).as(name).isEqualTo(id);
      assertThat(ImageNetClasses.words().get(id).getFirst()).matches("n\\d{8}");
    }
    assertThat(ImageNetClasses.words().stream().map(List::getFirst).toList()).isSorted();
    assertThatThrownBy(() -> classes.id("crane"))
        .hasMessage(
            "class \"crane\" is 2 classes; give the number of one: 134 (crane (bird)),"
                + " 517 (crane (machine))");
    UnknownClassException near = unknown(classes, "golden retreiver");
    assertThat(near.suggestions()).contains("golden retriever");
    assertThat(near.getMessage()).hasSizeLessThan(300);
    assertThat(unknown(classes, "a").getMessage()).hasSizeLessThan(400);
  }
}
