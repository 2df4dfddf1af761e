// wagtail-localize's editor says "server error" to every answer but success. Where somebody else
// changed the string meanwhile (409), show it their text and the words of our answer instead.
const send = window.fetch.bind(window);

async function explain(response) {
  const { translation } = await response.clone().json();
  if (!translation) return response;
  return new Response(JSON.stringify(translation), {
    status: 200,
    headers: { "Content-Type": "application/json" },
  });
}

window.fetch = async (...request) => {
  const response = await send(...request);
  const isString = /\/localize\/translate\/\d+\/strings\//.test(response.url);
  return isString && response.status === 409 ? explain(response) : response;
};
