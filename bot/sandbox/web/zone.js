// Before anything is drawn: tells the server in which time zone times are read.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const kept = document.cookie.split("; ").find((each) => each.startsWith("zone="));
if (kept !== `zone=${zone}`) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=strict`;
  // Once: where cookies are refused, times stay in UTC.
  if (document.cookie.includes(`zone=${zone}`)) location.reload();
}
