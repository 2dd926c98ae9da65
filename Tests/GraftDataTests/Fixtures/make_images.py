"""Writes Images/: small image files of many kinds, and expected.safetensors with what Pillow makes of them.

    pip install pillow numpy safetensors && python make_images.py

PNG files are put together here, because Pillow does not write all kinds: 16 bits, few bits, interlaced, keyed colours.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

FOLDER = pathlib.Path(__file__).with_name("Images")
FOLDER.mkdir(exist_ok=True)
PAPER = (250, 130, 7)
random = np.random.default_rng(8)
expected = {}


def planes(image):
    """[channels, height, width] bytes."""
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))


def write(name, data, rgb=None, gray=None, over=False):
    """Writes a file with Pillow's pixels, or others where Pillow's are not what is wanted."""
    (FOLDER / name).write_bytes(data)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    expected[name + " rgb"] = planes(image.convert("RGB")) if rgb is None else rgb
    expected[name + " gray"] = planes(image.convert("L")) if gray is None else gray
    if over:
        transparent = image.convert("RGBA")
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(transparent, mask=transparent.getchannel("A"))
        expected[name + " over"] = planes(paper)


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def packed(samples, depth):
    """Rows of samples [rows, samples] as bytes, each after a filter's number; filters take turns."""
    result, before = b"", None
    for number, row in enumerate(samples):
        if depth == 16:
            line = row.astype(">u2").tobytes()
        elif depth == 8:
            line = row.astype(np.uint8).tobytes()
        else:
            bits = (row[:, None] >> np.arange(depth - 1, -1, -1)) & 1
            line = np.packbits(bits.reshape(-1).astype(np.uint8)).tobytes()
        line = np.frombuffer(line, np.uint8)
        use = number % 2 * 2  # None, Up.
        above = np.zeros_like(line) if before is None else before
        result += bytes([use]) + (line - above if use else line).astype(np.uint8).tobytes()
        before = line
    return result


def png(pixels, depth, kind, extra=b"", interlaced=False):
    """A file of pixels [height, width, channels]."""
    height, width, channels = pixels.shape
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    data = b""
    for y, x, down, right in passes:
        part = pixels[y::down, x::right]
        if part.size:
            data += packed(part.reshape(part.shape[0], -1), depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    body = zlib.compress(data, 9)
    # The pixels in two chunks, as encoders write them.
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body[:40])
            + chunk(b"IDAT", body[40:]) + chunk(b"IEND", b""))


def samples(channels, depth, height=13, width=19):
    return random.integers(0, 1 << depth, (height, width, channels))


def exif(orientation, order):
    """A TIFF block of two tags, the orientation the second."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    tags = struct.pack(order + "HHHII", 2, 0x010E, 2, 4, 0x41424300)
    tags += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "I", 8) + tags + struct.pack(order + "I", 0)


# Gray, of all depths.
for depth in (1, 2, 4, 8):
    write(f"gray{depth}.png", png(samples(1, depth), depth, 0))
deep = samples(1, 16)
high = (deep >> 8).astype(np.uint8).transpose(2, 0, 1)
# Pillow cuts 16 bits of gray off at 255, which nobody wants; of colours it takes the upper byte.
write("gray16.png", png(deep, 16, 0), rgb=np.repeat(high, 3, 0), gray=high)
write("gray4_interlaced.png", png(samples(1, 4), 4, 0, interlaced=True))
keyed = samples(1, 4)
write("gray4_keyed.png", png(keyed, 4, 0, chunk(b"tRNS", struct.pack(">H", 5))))
# Pillow looks for the key among values that are scaled already.
expected["gray4_keyed.png over"] = np.where(keyed == 5, PAPER, keyed * 17).astype(np.uint8).transpose(2, 0, 1).copy()

# Colours.
write("rgb8.png", png(samples(3, 8), 8, 2))
write("rgb16.png", png(samples(3, 16), 16, 2))
write("rgb8_interlaced.png", png(samples(3, 8), 8, 2, interlaced=True))
few = samples(3, 1) * 200
key = chunk(b"tRNS", struct.pack(">HHH", 200, 0, 200))
write("rgb8_keyed.png", png(few, 8, 2, key), over=True)

# Palettes.
for depth in (1, 2, 4, 8):
    count = min(1 << depth, 200)
    palette = chunk(b"PLTE", random.integers(0, 256, 3 * count, dtype=np.uint8).tobytes())
    write(f"palette{depth}.png", png(samples(1, depth) % count, depth, 3, palette))
palette = chunk(b"PLTE", random.integers(0, 256, 48, dtype=np.uint8).tobytes())
alphas = chunk(b"tRNS", random.integers(0, 256, 9, dtype=np.uint8).tobytes())
write("palette4_alpha.png", png(samples(1, 4), 4, 3, palette + alphas), over=True)
write("palette4_interlaced.png", png(samples(1, 4), 4, 3, palette, interlaced=True))

# Alpha.
write("gray_alpha8.png", png(samples(2, 8), 8, 4), over=True)
write("rgba8.png", png(samples(4, 8), 8, 6), over=True)
write("rgba16.png", png(samples(4, 16), 16, 6), over=True)

# What need not be looked at: gamma, a text, a profile that is none.
noise = chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"tEXt", b"Title\0x") + chunk(b"iCCP", b"p\0\0" + zlib.compress(b"0" * 500))
write("rgb8_chunks.png", png(samples(3, 8), 8, 2, noise))
write("rgb8_turned.png", png(samples(3, 8), 8, 2, chunk(b"eXIf", exif(6, "<"))))

# JPEG: a smooth picture with edges, of a size that no block divides.
y, x = np.mgrid[0:29, 0:37]
picture = np.stack([128 + 100 * np.sin(x / 5 + y / 9), 6 * x + 10 * (y > 11), 255 - 8 * y + 0 * x], -1)
picture[8:16, 10:22] = [250, 20, 60]
picture = Image.fromarray(np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8))


def jpeg(image, **options):
    stream = io.BytesIO()
    image.save(stream, "JPEG", **({"quality": 85} | options))
    return stream.getvalue()


def with_exif(data, block):
    """The file with an EXIF segment in front."""
    content = b"Exif\0\0" + block
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[2:]


write("gray.jpg", jpeg(picture.convert("L")))
for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
    write(f"ycc{name}.jpg", jpeg(picture, subsampling=sampling))
write("progressive.jpg", jpeg(picture, progressive=True, subsampling=2))
write("restarts.jpg", jpeg(picture, restart_marker_blocks=2))
write("rgb.jpg", jpeg(picture, keep_rgb=True))
cmyk = jpeg(picture.convert("CMYK"), subsampling=0)
write("cmyk.jpg", cmyk)
# The same bytes said to be luma, chroma and black.
marker = cmyk.index(b"Adobe")
write("ycck.jpg", cmyk[:marker + 11] + b"\2" + cmyk[marker + 12:])
small = jpeg(picture.crop((6, 4, 19, 14)), subsampling=2, quality=60)
for orientation in range(1, 9):
    write(f"turned{orientation}.jpg", with_exif(small, exif(orientation, "<>"[orientation % 2])))

# Decoded to a part of its size.
tile = np.asarray(picture)
large = jpeg(Image.fromarray(np.tile(tile, (3, 3, 1))), subsampling=2, quality=50)
(FOLDER / "large.jpg").write_bytes(large)
for short in (87, 43, 40, 21, 10, 5):
    image = Image.open(io.BytesIO(large))
    image.draft("RGB", (short, short))
    expected[f"large.jpg {short}"] = planes(image)

save_file(expected, FOLDER / "expected.safetensors")
