"""Makes pillow.zip of PillowTest: python3 make_images.py PROFILE.jpg, a JPEG whose profile exchanges red and blue.

Each NAME.jpg or NAME.png has a NAME.rgb, the bytes of Image.open(f).convert("RGB"); those with an orientation
have a NAME.upright.rgb, of ImageOps.exif_transpose. Made with Pillow 9.4.0.
"""
import io, struct, sys, zipfile
from PIL import Image, ImageOps

swapped = Image.open(sys.argv[1]).info['icc_profile']
W, H = 24, 16
rgb = Image.new('RGB', (W, H))
rgb.putdata([((x * 10) % 256, (y * 15 + 20) % 256, (x * 7 + y * 9) % 256) for y in range(H) for x in range(W)])
for y in range(4):
    for x in range(8): rgb.putpixel((x, y), (220, 30, 40))
for y in range(8, 14):
    for x in range(12, 22): rgb.putpixel((x, y), (30, 60, 200))

def jpeg(image, **options):
    b = io.BytesIO(); image.save(b, 'JPEG', quality=92, **options); return b.getvalue()

def segments(data):
    at, found = 2, []
    while data[at + 1] != 0xDA:
        size = struct.unpack('>H', data[at + 2:at + 4])[0] + 2
        found.append(data[at:at + size]); at += size
    return found, data[at:]

def rebuilt(data, keep, added=b''):
    s, rest = segments(data)
    return data[:2] + added + b''.join(x for x in s if keep(x)) + rest

def adobe(transform): return b'\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0' + bytes([transform])
isapp = lambda x: 0xE0 <= x[1] <= 0xEF

archive = zipfile.ZipFile('pillow.zip', 'w', zipfile.ZIP_DEFLATED)
def add(name, data): archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)

def case(name, data, upright=False):
    add(name, data)
    stem = name.split('.')[0]
    add(stem + '.rgb', Image.open(io.BytesIO(data)).convert('RGB').tobytes())
    if upright:
        add(stem + '.upright.rgb', ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert('RGB').tobytes())

def png(image, **options):
    b = io.BytesIO(); image.save(b, 'PNG', **options); return b.getvalue()

cmyk = Image.new('CMYK', (W, H))
cmyk.putdata([(255 - r, 255 - g, 255 - b, (r + g) % 97) for r, g, b in rgb.getdata()])
case('rgb444.jpg', jpeg(rgb, subsampling=0))
case('rgb420.jpg', jpeg(rgb, subsampling=2))
case('progressive.jpg', jpeg(rgb, subsampling=1, progressive=True))
case('profile.jpg', jpeg(rgb, subsampling=0, icc_profile=swapped))
case('broken-profile.jpg', jpeg(rgb, subsampling=0, icc_profile=b'no profile at all'))
whole = jpeg(rgb, subsampling=0, icc_profile=swapped)
part = bytearray(whole); at = whole.index(b'ICC_PROFILE\0'); part[at + 13] = 2  # the first of two, the second is missing
case('half-profile.jpg', bytes(part))
plain = jpeg(rgb, subsampling=0)
case('no-jfif.jpg', rebuilt(plain, lambda x: not isapp(x)))
case('no-jfif420.jpg', rebuilt(jpeg(rgb, subsampling=2), lambda x: not isapp(x)))
case('adobe-rgb.jpg', rebuilt(plain, lambda x: not isapp(x), adobe(0)))
case('adobe-ycc.jpg', rebuilt(plain, lambda x: not isapp(x), adobe(1)))
case('jfif-and-adobe-rgb.jpg', rebuilt(plain, lambda x: True, adobe(0)))
case('cmyk.jpg', jpeg(cmyk))
case('cmyk-profile.jpg', jpeg(cmyk, icc_profile=swapped))
c = jpeg(cmyk)
case('cmyk-no-adobe.jpg', rebuilt(c, lambda x: not isapp(x)))
case('ycck.jpg', rebuilt(c, lambda x: not isapp(x), adobe(2)))
case('gray.jpg', jpeg(rgb.convert('L')))
case('gray-profile.jpg', jpeg(rgb.convert('L'), icc_profile=swapped))
case('rgb.png', png(rgb))
case('png-profile.png', png(rgb, icc_profile=swapped))
case('png-broken-profile.png', png(rgb, icc_profile=b'no profile at all'))
case('png-palette.png', png(rgb.quantize(16)))
case('png-gray.png', png(rgb.convert('L')))
case('png-bits.png', png(rgb.convert('1')))
exif = Image.Exif()
small = rgb.crop((0, 0, 24, 8))
for n in range(1, 9):
    exif[0x112] = n
    case('exif-%d.jpg' % n, jpeg(small, subsampling=0, exif=exif), True)
exif[0x112] = 6
case('png-exif.png', png(small, exif=exif), True)
b = io.BytesIO(); small.save(b, 'WEBP', lossless=True, exif=exif.tobytes()); case('lossless.webp', b.getvalue(), True)
b = io.BytesIO(); rgb.save(b, 'WEBP', quality=90, icc_profile=swapped); case('lossy.webp', b.getvalue())
archive.close()
