package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WebP with a plug-in for ImageIO on the class path. The images were written, and their levels
 * read, by Pillow 9.4.0 (make_images.py of var-api).
 */
class WebpTest {
  private static final byte[] LOSSLESS =
      Base64.getDecoder()
          .decode(
              "UklGRo4AAABXRUJQVlA4WAoAAAAIAAAAFwAABwAAVlA4TE0AAAAvF8ABAM1kRP9jE8UoeP/DoCiS5CT45jc7"
                  + "iH9dUcAg4EImDOGWQ8TFFUZJACAIiVVMd01U/sQEuBO0K0aFWehysczaZdlNlf1fLYLPAABFWElGGgAAAE1N"
                  + "ACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA");

  private static final byte[] LOSSLESS_LEVELS =
      Base64.getDecoder()
          .decode(
              "3B4o3B4o3B4o3B4o3B4o3B4o3B4o3B4oUBQ4WhQ/ZBRGbhRNeBRUghRbjBRilhRpoBRwqhR3tBR+vhSFyBSM"
                  + "0hST3BSa5hSh3B4o3B4o3B4o3B4o3B4o3B4o3B4o3B4oUCNBWiNIZCNPbiNWeCNdgiNkjCNrliNyoCN5qiOA"
                  + "tCOHviOOyCOV0iOc3COj5iOq3B4o3B4o3B4o3B4o3B4o3B4o3B4o3B4oUDJKWjJRZDJYbjJfeDJmgjJtjDJ0"
                  + "ljJ7oDKCqjKJtDKQvjKXyDKe0jKl3DKs5jKz3B4o3B4o3B4o3B4o3B4o3B4o3B4o3B4oUEFTWkFaZEFhbkFo"
                  + "eEFvgkF2jEF9lkGEoEGLqkGStEGZvkGgyEGn0kGu3EG15kG8AFAkClArFFAyHlA5KFBAMlBHPFBORlBVUFBc"
                  + "WlBjZFBqblBxeFB4glB/jFCGllCNoFCUqlCbtFCivlCpyFCw0lC33FC+5lDFAF8tCl80FF87Hl9CKF9JMl9Q"
                  + "PF9XRl9eUF9lWl9sZF9zbl96eF+Bgl+IjF+Pll+WoF+dql+ktF+rvl+yyF+50l/A3F/H5l/OAG42Cm49FG5E"
                  + "Hm5LKG5SMm5ZPG5gRm5nUG5uWm51ZG58bm6DeG6Kgm6RjG6Ylm6foG6mqm6ttG60vm67yG7C0m7J3G7Q5m7X"
                  + "AH0/Cn1GFH1NHn1UKH1bMn1iPH1pRn1wUH13Wn1+ZH2Fbn2MeH2Tgn2ajH2hln2ooH2vqn22tH29vn3EyH3L"
                  + "0n3S3H3Z5n3g");

  private static final byte[] LOSSY =
      Base64.getDecoder()
          .decode(
              "UklGRlwDAABXRUJQVlA4WAoAAAAgAAAAFwAADwAASUNDUEwCAAAAAAJMbGNtcwRAAABtbnRyUkdCIFhZWiAH"
                  + "6gALAB4ADgABAAZhY3NwQVBQTAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9tYAAQAAAADTLWxjbXMAAAAA"
                  + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAtkZXNjAAABCAAAADZjcHJ0AAAB"
                  + "QAAAAEx3dHB0AAABjAAAABRjaGFkAAABoAAAACxyWFlaAAAB9AAAABRiWFlaAAAB4AAAABRnWFlaAAABzAAA"
                  + "ABRyVFJDAAACCAAAACBnVFJDAAACCAAAACBiVFJDAAACCAAAACBjaHJtAAACKAAAACRtbHVjAAAAAAAAAAEA"
                  + "AAAMZW5VUwAAABoAAAAcAHMAUgBHAEIAIABiAHUAaQBsAHQALQBpAG4AAG1sdWMAAAAAAAAAAQAAAAxlblVT"
                  + "AAAAMAAAABwATgBvACAAYwBvAHAAeQByAGkAZwBoAHQALAAgAHUAcwBlACAAZgByAGUAZQBsAHlYWVogAAAA"
                  + "AAAA9tYAAQAAAADTLXNmMzIAAAAAAAEMQgAABd7///MlAAAHkwAA/ZD///uh///9ogAAA9wAAMBuWFlaIAAA"
                  + "AAAAAG+gAAA49QAAA5BYWVogAAAAAAAAJJ8AAA+EAAC2w1hZWiAAAAAAAABilwAAt4cAABjZcGFyYQAAAAAA"
                  + "AwAAAAJmZgAA8qcAAA1ZAAAT0AAACltjaHJtAAAAAAADAAAAAKPXAABUewAATM0AAJmaAAAmZgAAD1xWUDgg"
                  + "6gAAAPAFAJ0BKhgAEAA+MRiJQqIhoRgEACADBLYATplCOBvAPxg4QG8S7ZXYxnSk3YAVpzvKhhjBTCcYAP79"
                  + "20fudkPfPRz/NNyZauLV+n+TY3cP/ZX3IIxZwQkqx//qwVR//nin/8xZ/yFMAmftDH9/3/GDdvQo/+0BxWxs"
                  + "G0//eT5fcQJ8PffiqjPWXkn/BUn+VnwoF78AQ19CQOMYtmf/PXv5/3jZEIAoVgO423694tbbP72/Zfe+HFCX"
                  + "f5d///g1lHb7//ti/w7ZX/y/H+3N3/wa+snU6atGBiaefQMc/T/81TZ1+/zbCQAAAA==");

  private static final byte[] LOSSY_LEVELS =
      Base64.getDecoder()
          .decode(
              "2x8q2x8q2x8q2x8q2x8o2x8o2x8owyg4aAwrVhdBYBlHZxhOcxlYfBhehRlnjxlumhZzoxZ6rhmCuBiJwhaO"
                  + "zBaV1xmd3Buh3R4q3R4q3R4q2x8q2x8o2x8o2x8owyg4bRYzWiJHYyNQbCFWeCNgfyJmiSRvkyR0nSF7pyGC"
                  + "syOKvSKSxiGW0CGb2iSj4SWp3x4o3x4o3x4o3R4o3R4q3R4q3R4qwik6ciU/XTFSZjJYcDJgfDNpgzJwjDR4"
                  + "ljOAoTGGqjCOtzKWwTKbyTGi0zCn3jOv5DWysjMwsjMwsjIyszIytTA0tTA2ty82pDdCajVJXD9ZZD9ebj9m"
                  + "ekFwgkB2i0F/lUGGnz6MqT6UtUCcv0ChyD6o0j6t3EG140K7MDseNT4iOz8nREAtTUE1VUI7XERAXkdKW01Z"
                  + "XVFiZVFob1FvelF4gVB+ilKHlFGPnk+VqE6ctVCkvlCqx0+w0U623FG+4lPDA10uCl4yEl83HF8/J19IMV9P"
                  + "OV9VQ19aUV5jW15oY19ubV51eF9+f16EiV+Nk1+VnVybp1yjs16qvV6wxly20Fy82l/E4WDJBW04C248FHBD"
                  + "HHBLJ3BVMG9aOnBiRW9oU29tX25yZ256cW5/fG+Ig26OjW+Xlm+eoWylq2yqt260wW66yWzA02zF3m/N5XDT"
                  + "AntACHxDEX1LG31TJn5bL3xiOH1rRH1uUnx1XHx6ZnyAbnuNdnqke3mzhXu5jXu/l3nDoHrJqX3Sr3/YuH3c"
                  + "w37c2H7Z4n/ZA41KCJBNEo9VG49cKI5lMY1rPI5yRo54UY9+W46EZY6Ja4ulKEKUKD2sKjyuLzqsNDiqNTas"
                  + "MjeyMje0NjmzRTOhzJLs3Y7fAZpQBp1VEJ1bGpxjKJtrMZlyPJp4RJuATpyIWJyOYJ2TZ5m1HUOoHz3HHzzJ"
                  + "IDzHJDvDJDvDIDzJHT3JIkLLLziryqLv5qbgBapcCatgFKxnHqxuKqx3Nal9QKqESKqLUK2UWK2cYK2jaqfF"
                  + "HEWmHz3FHzzJHzzJIDzFID3DHz7BHz7DIkDKLzml0bPi47DBA7dkB7hoErlvHLl2Kbl/M7aFPreMR7eUTrqc"
                  + "V7mmYbmtbLPNGkWmHz3FHT3JHT3JHz3HHz7DHT/BHT7DHDzFMUCd0r+/0q59A8duCMp0Esp5HcqCKMmJM8aQ"
                  + "PseXRsieUcinW8iuZce2csDYF0eoHT7HHDzKHDzKHjvHHDzFHkHHGTzEHT/MMESMxb5518M4AdR2Btd8EdiD"
                  + "G9eKKtmVM9ibPtmiSNiqUdqwXdm2aNi9ddHZDVCSFUeqGEewGkWyHUSyIEenI0mQIUZ+IEV7N09Hz9JR39ca"
                  + "BeSCC+iJFeeOH+eWKuadM+SkPuWqRuWwTui2Wue8aOTEdOLRguDpidv2kNv9ltn/ntz/rOLrw+2vstdvstph"
                  + "vtxL2eMw5uYiCfCLEPGRGPKWI++dMfCnOe+tQ/G0S/G5UfW+XfTDbfDLeu7ShfDejO/llu/snu3ypOz2ufLR"
                  + "tuFjyvE3x/Ag1/ci4/Il7fIq");

  @TempDir Path folder;

  @Test
  void readsLosslessImagesAndTheirOrientation() throws IOException {
    Path file = Files.write(folder.resolve("a.webp"), LOSSLESS);
    requireEqual(ImageFile.read(file), LOSSLESS_LEVELS);
    assertThat(ImageFile.size(file)).isEqualTo(new ImageSize(8, 24));
    assertThat(ImageFile.orientation(file).tag()).isEqualTo(6);
    BufferedImage upright = ImageFile.readUpright(file);
    assertThat(PixelArray.fromImage(upright).size()).isEqualTo(new ImageSize(24, 8));
  }

  /**
   * With a profile that exchanges red and blue, which has no effect. The plug-in repeats chroma
   * where libwebp interpolates it, so that levels at the sharp edges of this image differ.
   */
  @Test
  void readsLossyImagesWithoutTheirProfile() {
    assertThat(meanDifference(ImageFile.read("b.webp", LOSSY), LOSSY_LEVELS)).isLessThan(8);
  }

  private static void requireEqual(BufferedImage image, byte[] expected) {
    assertThat(meanDifference(image, expected)).isZero();
  }

  private static double meanDifference(BufferedImage image, byte[] expected) {
    BufferedImage read = PixelArray.fromImage(image).toImage();
    assertThat(3 * read.getWidth() * read.getHeight()).isEqualTo(expected.length);
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      int pixel = i / 3;
      int rgb = read.getRGB(pixel % read.getWidth(), pixel / read.getWidth());
      sum += Math.abs((rgb >> (16 - 8 * (i % 3)) & 255) - (expected[i] & 255));
    }
    return (double) sum / expected.length;
  }
}
