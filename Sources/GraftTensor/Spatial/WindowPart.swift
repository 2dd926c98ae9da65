import CGraftKernels

/// Positions of a window that are worked on together: some of one image, or all of several images.
struct WindowPart {
  let images: Range<Int>
  /// Positions of each image, in row-major order.
  let positions: Range<Int>
  /// Positions in all.
  var count: Int { images.count * positions.count }
}

/// The division of all positions into parts. It depends on the sizes alone.
struct WindowParts {
  let count: Int
  private let images: Int, positions: Int
  private let imagesPerPart: Int, positionsPerPart: Int, partsPerImage: Int

  /// Parts of about `target` positions, each but an image's last a multiple of `multiple`.
  init(images: Int, positions: Int, target: Int, multiple: Int) {
    self.images = images
    self.positions = positions
    let joined = min(max(1, images), max(1, target / max(1, positions)))
    // Equal numbers of images.
    let parts = (images + joined - 1) / joined
    imagesPerPart = parts == 0 ? 1 : (images + parts - 1) / parts
    if imagesPerPart > 1 {
      (positionsPerPart, partsPerImage) = (positions, 1)
    } else {
      let wanted = max(1, (positions + target - 1) / target)
      let each = (positions + wanted - 1) / wanted
      positionsPerPart = (each + multiple - 1) / multiple * multiple
      partsPerImage = (positions + positionsPerPart - 1) / positionsPerPart
    }
    count = positions == 0 ? 0 : (images + imagesPerPart - 1) / imagesPerPart * partsPerImage
  }

  subscript(index: Int) -> WindowPart {
    let image = index / partsPerImage * imagesPerPart
    let first = index % partsPerImage * positionsPerPart
    return WindowPart(
      images: image..<min(images, image + imagesPerPart),
      positions: first..<min(positions, first + positionsPerPart))
  }

  /// The most positions that a part has.
  var largest: Int { imagesPerPart * min(positions, positionsPerPart) }

  /// The most images that a part has.
  var mostImages: Int { min(imagesPerPart, max(1, images)) }

  /// The most rows of positions, each of `width`, that a part of one image meets.
  func rows(width: Int) -> Int {
    imagesPerPart > 1
      ? positions / width : min(positions / width, (min(positions, positionsPerPart) + width - 2) / width + 1)
  }
}
