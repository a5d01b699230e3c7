package io.nextscale.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.cli.output.CommandException;
import io.nextscale.models.DemoModel;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassListTest {
  private static final ModelSpec SPEC = spec();

  /** The demo model's configuration with names as ImageNet has them. */
  private static ModelSpec spec() {
    try (OpenModel model = DemoModel.source().open()) {
      ModelSpec demo = model.spec();
      List<String> names = new ArrayList<>(demo.classNames());
      names.set(0, "tench, Tinca tinca");
      names.set(1, "great white shark, white shark, man-eater");
      names.set(2, "crane");
      return new ModelSpec(
          demo.name(), demo.tokenizer(), demo.transformer(), demo.scales(), names, demo.defaults());
    }
  }

  @Test
  void joinsEntriesThatAreOneName() {
    assertThat(classes("tench, Tinca tinca")).containsExactly("tench, Tinca tinca");
    assertThat(classes("crane,tench,Tinca tinca,5"))
        .containsExactly("crane", "tench, Tinca tinca", "5");
    assertThat(classes("great white shark, white shark, man-eater, crane"))
        .containsExactly("great white shark, white shark, man-eater", "crane");
    assertThat(classes("crane,crane", "tench")).containsExactly("crane", "crane", "tench");
    assertThat(classes("no such name, crane")).containsExactly("no such name", "crane");
  }

  @Test
  void refusesEmptyEntries() {
    assertThatThrownBy(() -> ClassList.check(List.of("a,,b")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("an entry is empty");
  }

  private static List<String> classes(String... lists) {
    return ClassList.parse(List.of(lists), SPEC).classes();
  }
}
