import GraftTensor

/// How an image lies in its file, under the numbers that EXIF gives (CIPA DC-008, tag 0x0112): `turnedLeft` has to be
/// turned to the right to be upright.
enum ImageOrientation: Int, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  case transposed
  case turnedLeft
  case antitransposed
  case turnedRight

  /// Whether rows of the stored image are columns of the upright one.
  private var exchangesAxes: Bool { rawValue >= 5 }

  /// The size of the upright image.
  func upright(_ stored: ImageSize) -> ImageSize {
    exchangesAxes ? ImageSize(height: stored.width, width: stored.height) : stored
  }

  /// Where the stored image's pixels lie in a plane of the upright image: the first one, and the distance from a row
  /// and from a column to the next.
  func placement(of stored: ImageSize) -> (first: Int, rowStep: Int, columnStep: Int) {
    let (last, bottom) = (stored.width - 1, stored.height - 1)
    // Rows of the upright image are this long.
    let length = upright(stored).width
    return switch self {
    case .upright: (0, length, 1)
    case .mirrored: (last, length, -1)
    case .upsideDown: (bottom * length + last, -length, -1)
    case .mirroredUpsideDown: (bottom * length, -length, 1)
    case .transposed: (0, 1, length)
    case .turnedLeft: (bottom, -1, length)
    case .antitransposed: (last * length + bottom, -1, -length)
    case .turnedRight: (last * length, 1, -length)
    }
  }
}
