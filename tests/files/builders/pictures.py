"""Pictures with codes, built."""

import io


def code(text, form="PNG", *, scale=6, kind="QRCode", size=None):
    """A picture of a code."""
    import zxingcpp
    from PIL import Image

    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=scale)).convert("L")
    if size:
        ground = Image.new("L", size, 255)
        ground.paste(picture, (size[0] // 3, size[1] // 3))
        picture = ground
    out = io.BytesIO()
    picture.convert("RGB").save(out, form)
    return out.getvalue()


def pattern(form="PNG", size=(200, 160), seed=3):
    """A picture of blotches, the same each time."""
    from PIL import Image

    picture = Image.new("L", (7, 6))
    picture.putdata([(x * x * seed * 37 + x * 101) % 256 for x in range(42)])
    out = io.BytesIO()
    picture.resize(size, Image.Resampling.BICUBIC).convert("RGB").save(out, form)
    return out.getvalue()
