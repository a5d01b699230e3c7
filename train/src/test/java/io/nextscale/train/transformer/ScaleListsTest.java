package io.nextscale.train.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleListsTest {
  private static final int DRAWS = 20_000;
  private static final Scales OFFICIAL = Scales.parse("1,2,3,4,5,6,8,10,13,16");
  private static final int WHOLE = 10;

  /** Of 600,000 lists of gen_curr_patch_nums in trainer.py of FlexVAR at 04462cb. */
  private static final double[] OFFICIAL_SIDES = {
    1, 1, 0.6273, 0.6273, 0.6261, 0.6225, 0.5593, 0.5678, 0.4562, 0.4424, 0.262, 0.2568, 0.296,
    0.2371, 0.2269, 0.6673
  };

  private static final double[] OFFICIAL_LENGTHS = {0.0157, 0.0648, 0.3926, 0.4777, 0.0483};

  private static List<List<Integer>> draw(Scales standard, int cap, int count, long seed) {
    ScaleLists lists = new ScaleLists(standard, cap);
    SplittableRandom random = new SplittableRandom(seed);
    List<List<Integer>> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scales scales = lists.draw(random);
      assertThat(scales.tokens()).isLessThanOrEqualTo(cap);
      drawn.add(scales.list().stream().map(Scale::height).toList());
    }
    return drawn;
  }

  private static List<Integer> standard() {
    return OFFICIAL.list().stream().map(Scale::height).toList();
  }

  private static double share(List<List<Integer>> lists, int length) {
    return lists.stream().filter(list -> list.size() == length).count() / (double) lists.size();
  }

  /** Shares of the lists with 1, 2, … 16 and of those of length 6 to 10. */
  @Test
  void withTheOfficialCapSidesAreAsFrequentAsInTheOfficialCode() {
    List<List<Integer>> lists = draw(OFFICIAL, 680, DRAWS, 1);
    for (int side = 1; side <= 16; side++) {
      int wanted = side;
      long times = lists.stream().filter(list -> list.contains(wanted)).count();
      // deviation at most 0.0036
      assertThat(times / (double) DRAWS)
          .as("side " + side)
          .isCloseTo(OFFICIAL_SIDES[side - 1], within(0.015));
    }
    for (int length = 6; length <= 10; length++) {
      assertThat(share(lists, length))
          .as("length " + length)
          .isCloseTo(OFFICIAL_LENGTHS[length - 6], within(0.015));
    }
    assertThat(lists).allSatisfy(list -> assertThat(list).startsWith(1).isSorted());
    // of 1,2,14,15,16 the cap may take the 2, there and here: once in 35,000 draws
    assertThat(lists.stream().filter(list -> list.get(1) != 2).count()).isLessThan(5);
  }

  @Test
  void beforeDropsFiveLowSidesAndTwoHighOnesAreBetween() {
    int[] times = new int[17];
    List<List<Integer>> whole =
        draw(OFFICIAL, Integer.MAX_VALUE, DRAWS, 2).stream()
            .filter(list -> list.size() == WHOLE)
            .toList();
    List<List<Integer>> random = whole.stream().filter(list -> !list.equals(standard())).toList();
    for (List<Integer> list : random) {
      assertThat(list).startsWith(1, 2).endsWith(16);
      assertThat(list).filteredOn(side -> side >= 3 && side <= 10).hasSize(5);
      assertThat(list).filteredOn(side -> side >= 11 && side <= 15).hasSize(2);
      list.forEach(side -> times[side]++);
    }
    for (int side = 3; side <= 15; side++) {
      assertThat(times[side] / (double) random.size())
          .as("side " + side)
          .isCloseTo(side <= 10 ? 5.0 / 8 : 2.0 / 5, within(0.02));
    }
    // 5 % of 18,000: deviation 0.16 %
    assertThat(1 - random.size() / (double) whole.size()).isCloseTo(0.05, within(0.006));
  }

  @Test
  void aTenthOfTheListsIsShortenedByOneToFour() {
    List<List<Integer>> lists = draw(OFFICIAL, Integer.MAX_VALUE, DRAWS, 3);
    assertThat(lists).allSatisfy(list -> assertThat(list).startsWith(1, 2).endsWith(16));
    assertThat(share(lists, WHOLE)).isCloseTo(0.9, within(0.01));
    assertThat(share(lists, WHOLE - 1)).isCloseTo(0.05, within(0.006));
    assertThat(share(lists, WHOLE - 2)).isCloseTo(0.03, within(0.005));
    assertThat(share(lists, WHOLE - 3)).isCloseTo(0.01, within(0.003));
    assertThat(share(lists, WHOLE - 4)).isCloseTo(0.01, within(0.003));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1,2,3,4,6,8|160", "1,2,3,4,6,8|60", "1,2,3|14", "1,2,4|5", "1,2|5", "1|5"})
  void smallModelsHaveListsToo(String scales, int cap) {
    Scales standard = Scales.parse(scales);
    int last = standard.last().height();
    for (List<Integer> list : draw(standard, cap, 2000, 4)) {
      assertThat(list).startsWith(1).isSorted().doesNotHaveDuplicates();
      assertThat(list.getLast()).isLessThanOrEqualTo(last);
    }
  }

  @Test
  void withoutNeedOfTheCapTheLastScaleStays() {
    for (String scales : List.of("1,2,3,4,6,8", "1,2,4", "1,2", "1")) {
      Scales standard = Scales.parse(scales);
      int last = standard.last().height();
      assertThat(draw(standard, 160, 2000, 5))
          .allSatisfy(list -> assertThat(list).startsWith(1).endsWith(last));
    }
  }

  @Test
  void theSeedFixesTheLists() {
    assertThat(draw(OFFICIAL, 680, 50, 6)).isEqualTo(draw(OFFICIAL, 680, 50, 6));
    assertThat(draw(OFFICIAL, 680, 50, 6)).isNotEqualTo(draw(OFFICIAL, 680, 50, 7));
  }
}
