"""The site's own certificates: one authority that phones are told to trust, and the hub's certificate from it.

X.509 as browsers want it (CA/Browser Forum, Apple HT210176): P-256, names as subjectAltName, serverAuth, at most 398
days; the authority signs end certificates only.
"""

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sanping.domain.errors import InputError
from sanping.domain.text import Text

CA_FILE, CA_KEY_FILE = "site-ca.crt", "site-ca.key"
SERVER_FILE, SERVER_KEY_FILE = "server.crt", "server.key"
CA_DAYS, SERVER_DAYS = 3650, 397
_CLOCK_SKEW = dt.timedelta(days=1)

_NO_NAMES = Text("证书至少需要一个名称或地址", "A certificate needs at least one name or address")
_DAMAGED = Text(
    "证书文件无法使用：{reason}；移走它们后用 sanping certs 重新生成",
    "The certificate files cannot be used: {reason}; move them away and make them again with sanping certs",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCertificates:
    """Where they lie, until when the hub's is good, and the authority's SHA-256 fingerprint for comparing by eye."""

    folder: Path
    names: tuple[str, ...]
    until: dt.datetime
    fingerprint: str


def make_certificates(folder: Path, names: Sequence[str], now: dt.datetime) -> SiteCertificates:
    """Make the hub's certificate for these names and addresses, and the site's authority unless it is there.

    Private keys are readable by their owner alone. Raises `InputError`.
    """
    if not names:
        raise InputError(_NO_NAMES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if (folder / CA_FILE).exists():
            authority = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
            key = serialization.load_pem_private_key((folder / CA_KEY_FILE).read_bytes(), None)
        else:
            key = ec.generate_private_key(ec.SECP256R1())
            authority = _authority(key, now)
            _write_key(folder / CA_KEY_FILE, key)
            (folder / CA_FILE).write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise InputError(_DAMAGED.with_values(reason="key"), path=str(folder))
        own = ec.generate_private_key(ec.SECP256R1())
        server = _server(own, key, authority, names, now)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(_DAMAGED.with_values(reason=str(error)[:120]), path=str(folder)) from error
    _write_key(folder / SERVER_KEY_FILE, own)
    (folder / SERVER_FILE).write_bytes(server.public_bytes(serialization.Encoding.PEM))
    return _described(folder, authority, server)


def known_certificates(folder: Path) -> SiteCertificates | None:
    """Return what was made before, None for nothing. Raises `InputError`."""
    if not (folder / SERVER_FILE).exists():
        return None
    try:
        authority = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
        server = x509.load_pem_x509_certificate((folder / SERVER_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(_DAMAGED.with_values(reason=str(error)[:120]), path=str(folder)) from error
    return _described(folder, authority, server)


def tls_of(folder: Path) -> ssl.SSLContext:
    """Return how the hub speaks TLS 1.2 or later with its certificate. Raises `InputError`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(folder / SERVER_FILE, folder / SERVER_KEY_FILE)
    except (OSError, ssl.SSLError) as error:
        raise InputError(_DAMAGED.with_values(reason=str(error)[:120]), path=str(folder)) from error
    return context


def _authority(key: ec.EllipticCurvePrivateKey, now: dt.datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sanping"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Sanping site CA {os.urandom(3).hex()}"),
        ]
    )
    return (
        _begun(key, name, name, now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _server(
    own: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    names: Sequence[str],
    now: dt.datetime,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    return (
        _begun(own, subject, authority.subject, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _begun(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + dt.timedelta(days=days) - _CLOCK_SKEW)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _described(folder: Path, authority: x509.Certificate, server: x509.Certificate) -> SiteCertificates:
    found = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = (*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress)))
    fingerprint = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return SiteCertificates(folder=folder, names=names, until=server.not_valid_after_utc, fingerprint=fingerprint)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.unlink(missing_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
